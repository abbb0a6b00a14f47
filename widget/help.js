/** "Get help now": stands on its own, so that it works when nothing else of this page does. */
const dialog = document.getElementById("help");

if (!("commandForElement" in HTMLButtonElement.prototype)) {
  for (const button of document.querySelectorAll("[commandfor=help]")) button.addEventListener("click", () => dialog.showModal());
}
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
