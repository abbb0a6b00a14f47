// Everything works without this file. With it the page keeps itself up to date, calls, and listens to the keyboard.
import { follow } from "./live.js";
import { listenToKeys, prepareMenu } from "./keys.js";
import { prepareComposer } from "./composer.js";
import { tick } from "./times.js";
import { prepareSearch } from "./search.js";
import { prepareFields } from "./fields.js";

const body = document.body;
if (body.dataset.csrf) {
  follow();
  listenToKeys();
  prepareMenu();
  prepareComposer();
  prepareSearch();
  prepareFields();
  setInterval(tick, 15_000);
}
