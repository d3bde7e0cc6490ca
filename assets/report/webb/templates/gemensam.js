"use strict";
(() => {
  // A table is a stop for the keyboard only where there is something to scroll to. One that fits has heads that stay.
  const boxes = [...document.querySelectorAll(".tabell, .bild")];
  const fit = () => {
    for (const box of boxes) box.classList.remove("fri");
    const wide = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
    boxes.forEach((box, at) => {
      box.classList.toggle("fri", !wide[at]);
      if (wide[at]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  };
  fit();
  addEventListener("resize", fit);
  // The contents are folded where they would push the text away, and open beside it and on paper.
  const contents = document.querySelector(".innehallsforteckning details");
  if (contents) {
    const beside = matchMedia("(min-width: 62rem)");
    const unfold = () => (contents.open = beside.matches);
    unfold();
    beside.addEventListener("change", unfold);
    addEventListener("beforeprint", () => (contents.open = true));
    addEventListener("afterprint", unfold);
  }
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
