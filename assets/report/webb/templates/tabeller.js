"use strict";
(() => {
  const said = document.getElementById("f-svar");
  const plain = (text) => text.toLocaleLowerCase("sv").replace(/\s+/g, " ").trim();

  // Sorting reads what is shown and nothing else. What shows no number has no key: it stays last, in the given order.
  const key = (cell) => {
    const number = cell.querySelector("a.tal");
    if (!number) return null;
    const found = number.textContent.replace(/[\s\u00a0\u202f]/g, "").replace("\u2212", "-").replace(",", ".");
    const value = parseFloat(found);
    return Number.isNaN(value) ? null : value;
  };
  const compare = (at, sign) => (a, b) => {
    const [x, y] = [a.children[at], b.children[at]];
    if (x.tagName === "TH") return sign * x.textContent.localeCompare(y.textContent, "sv");
    const [p, q] = [key(x), key(y)];
    if (p === null || q === null) return (p === null) - (q === null);
    return sign * (p - q);
  };
  for (const table of document.querySelectorAll("main table")) {
    const body = table.tBodies[0];
    const given = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sortera";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const words = head.classList.contains("text");
        const [first, second] = words ? ["ascending", "descending"] : ["descending", "ascending"];
        const next = now === first ? second : now === second ? "" : first;
        for (const other of heads) other.removeAttribute("aria-sort");
        const rows = [...given];
        if (next) {
          head.setAttribute("aria-sort", next);
          rows.sort(compare(at, next === "ascending" ? 1 : -1));
          rows.sort((a, b) => a.classList.contains("total") - b.classList.contains("total"));
        }
        body.append(...rows);
        const how = { ascending: "stigande", descending: "fallande" }[next];
        said.textContent = how
          ? `Sorterad efter ${button.textContent.trim()}, ${how}. Skyddade siffror och totaler står sist.`
          : "I den ordning som tabellen är utgiven.";
      });
    });
  }

  const words = document.getElementById("f-text");
  const which = document.getElementById("f-tabell");
  const sex = document.getElementById("f-kon");
  const sections = [...document.querySelectorAll("section.utgiven")];
  const sexes_of = { kvinnor: /^(kvinn|flick)/, man: /^(man\b|män|pojk)/, totalt: /^(totalt|alla)/ };
  const any_sex = /^(kvinn|flick|man\b|män|pojk|annat|totalt|alla)/;
  const filter = () => {
    const wanted = plain(words.value).split(" ").filter(Boolean);
    const has = (text) => wanted.every((word) => text.includes(word));
    let tables = 0;
    let lines = 0;
    for (const section of sections) {
      const title = section.querySelector("h2");
      const chosen = !which.value || title.id === which.value;
      let any = false;
      for (const block of section.querySelectorAll(".block")) {
        const about = plain(`${title.textContent} ${block.querySelector("caption").textContent}`);
        let left = 0;
        for (const row of block.querySelectorAll("tbody tr")) {
          const names = [...row.querySelectorAll("th")].map((th) => th.textContent).join(" ");
          row.hidden = !(chosen && has(`${about} ${plain(names)}`));
          left += !row.hidden;
        }
        const heads = [...block.querySelectorAll("thead th")];
        const own = (head) => plain(head.textContent).replace(/^mot /, "");
        const match = (head) => sexes_of[sex.value].test(own(head));
        const sexes = heads.filter((head) => !head.classList.contains("text") && any_sex.test(own(head)));
        const narrow = sex.value && sexes.some(match);
        heads.forEach((head, at) => {
          const away = Boolean(narrow && sexes.includes(head) && !match(head));
          for (const row of block.querySelectorAll("tr")) row.children[at].hidden = away;
        });
        if (sex.value && sexes.length && !narrow) left = 0;
        block.hidden = !left;
        tables += Boolean(left);
        lines += left;
        any = any || Boolean(left);
      }
      section.hidden = !any;
    }
    document.getElementById("f-inget").hidden = tables > 0;
    said.textContent = `${tables} tabeller med ${lines} rader visas.`;
    dispatchEvent(new Event("resize"));
  };
  let wait = 0;
  words.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(filter, 150);
  });
  which.addEventListener("change", filter);
  sex.addEventListener("change", filter);
  document.getElementById("f-rensa").addEventListener("click", () => {
    words.value = which.value = sex.value = "";
    filter();
    words.focus();
  });
  document.getElementById("reglage").hidden = false;
  filter();
})();
