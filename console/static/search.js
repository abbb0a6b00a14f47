// Finding a patient in the list. What is typed stays in the page: it is in no address and no log.
export function prepareSearch() {
  const field = document.getElementById("find");
  field?.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of document.querySelectorAll("#people tbody tr")) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
    }
  });
}
