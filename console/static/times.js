// Waiting times go on counting while a page is open. The words are those of console/words.py.
export function tick() {
  for (const place of document.querySelectorAll("[data-since]")) {
    place.textContent = span(Date.now() - Date.parse(place.dataset.since));
  }
  for (const place of document.querySelectorAll("[data-until]")) {
    const left = Date.parse(place.dataset.until) - Date.now();
    place.textContent = left > 0 ? `${span(left)} left` : `${span(-left)} late`;
    place.classList.toggle("late", left <= 0);
  }
}

function span(length) {
  const minutes = Math.floor(length / 60_000);
  if (minutes < 1) return "under 1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return `${days} day${days > 1 ? "s" : ""}`;
}
