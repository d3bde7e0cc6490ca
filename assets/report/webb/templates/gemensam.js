"use strict";
(() => {
  // A table is a stop for the keyboard only where there is something to scroll to.
  const boxes = document.querySelectorAll(".tabell, .bild");
  const fit = () => {
    for (const box of boxes) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  fit();
  addEventListener("resize", fit);
  // What a link leads to is opened, where the browser does not do so itself.
  const open = () => {
    const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = at && at.closest("details");
    if (folded && !folded.open) {
      folded.open = true;
      at.scrollIntoView();
    }
    fit();
  };
  addEventListener("hashchange", open);
  document.addEventListener("toggle", fit, true);
  if (location.hash) open();
})();
