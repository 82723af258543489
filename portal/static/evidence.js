"use strict";
// Sends files in pieces, so that a slow or broken link loses one piece and not the file. Without it the plain form does
// the same in one go. It asks nobody but this site, keeps nothing, and never stands in the way of leaving the page.
(() => {
  const form = document.getElementById("evidence-form");
  if (!form || !window.fetch || !window.AbortController || !Blob.prototype.slice) {
    return;
  }
  const words = form.dataset, list = document.getElementById("uploads"), said = document.getElementById("uploads-said");
  const under = (path) => `${form.getAttribute("action")}/uploads${path}`;
  const field = (name) => form.elements[name];
  const begun = new WeakMap(); // files of this page: how far each has come
  const FIRST = 1, MOST = 30, PATIENCE = 8; // seconds, seconds, refusals of the server in a row
  const QUICK = 1000; // milliseconds: a link that takes a piece in less gets more pieces with one request

  const wait = (seconds) => new Promise((go) => {
    const again = () => { clearTimeout(timer); window.removeEventListener("online", again); go(); };
    const timer = setTimeout(again, seconds * 1000);
    window.addEventListener("online", again);
  });

  const once = async (path, body, headers, seconds) => {
    const giving = new AbortController(), timer = setTimeout(() => giving.abort(), seconds * 1000);
    try {
      const answer = await fetch(under(path), { method: "POST", body, headers, signal: giving.signal });
      const told = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      return { ...(told ? await answer.json() : { said: words.closed }), status: answer.status };
    } finally {
      clearTimeout(timer);
    }
  };

  // Until there is an answer that trying again would not change. `body` is asked for each time.
  const send = async (line, path, body, headers, seconds) => {
    let refusals = 0;
    for (let pause = FIRST; ; pause = Math.min(2 * pause, MOST)) {
      let answer = null;
      try {
        answer = await once(path, body(), headers, seconds);
      } catch {
        // no network, or too slow
      }
      if (answer && (answer.status < 500 && answer.status !== 429 || (refusals += 1) === PATIENCE)) {
        line.state.textContent = "";
        return answer;
      }
      line.state.textContent = words.waiting;
      await wait(pause);
    }
  };

  const form_data = (fields) => () => new URLSearchParams({ csrf_token: field("csrf_token").value, ...fields });

  // Sends a piece, and with it as many of the next as the link has earned; after any trouble one alone.
  const put = async (line, file, one, number) => {
    let many = one.many, began = 0;
    const pieces = () => {
      many = began ? 1 : many;
      began = performance.now();
      return file.slice(number * one.size, (number + many) * one.size);
    };
    const headers = { "X-CSRF-Token": field("csrf_token").value, "Upload": one.token, "Piece": String(number),
      "Content-Type": "application/octet-stream" };
    const answer = await send(line, "/piece", pieces, headers, 130);
    one.many = performance.now() - began < QUICK ? Math.min(2 * many, one.most) : 1;
    return { ...answer, many };
  };

  const upload = async (line, file) => {
    let one = begun.get(file);
    if (!one) {
      const answer = await send(line, "", form_data({ length: String(file.size) }), {}, 30);
      if (answer.status !== 201) {
        return answer;
      }
      one = { token: answer.token, size: answer.piece, most: answer.most, many: 1, next: 0 };
      begun.set(file, one);
    }
    const last = Math.ceil(file.size / one.size);
    for (let missed = 0; missed < last + PATIENCE; missed += 1) {
      while (one.next < last) {
        line.bar.value = one.next / last;
        const answer = await put(line, file, one, one.next);
        if (answer.status !== 200) {
          begun.delete(file);
          return answer;
        }
        one.next += answer.many;
      }
      line.bar.value = 1;
      line.state.textContent = words.making;
      const told = { upload: one.token, caption: field("caption").value, ...(field("harmless").checked && { harmless: "y" }) };
      const answer = await send(line, "/finish", form_data(told), {}, 180);
      if (answer.status !== 409 || answer.piece === null || answer.piece === undefined) {
        if (answer.status !== 200) {
          begun.delete(file);
        }
        return answer;
      }
      const again = await put(line, file, one, answer.piece);
      if (again.status !== 200) {
        begun.delete(file);
        return again;
      }
    }
    return { status: 409, said: words.closed };
  };

  const drawn = (file) => {
    const item = document.createElement("li"), name = document.createElement("strong");
    const bar = document.createElement("progress"), state = document.createElement("span");
    name.textContent = file.name; // on this screen alone: it is not sent
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    item.append(name, bar, state);
    list.append(item);
    return { bar, state };
  };

  const offer = (place) => {
    const section = document.getElementById("place").closest("section"), sentence = section.querySelector("p");
    const [latitude, longitude] = place;
    sentence.textContent = sentence.textContent.replace("{latitude}", latitude).replace("{longitude}", longitude);
    section.querySelector("[name=latitude]").value = latitude;
    section.querySelector("[name=longitude]").value = longitude;
    section.hidden = false;
  };

  const all = async (files) => {
    const lines = files.map(drawn), results = [];
    for (const [at, file] of files.entries()) {
      said.textContent = `${words.now} ${at + 1} / ${files.length}`;
      const result = await upload(lines[at], file);
      lines[at].state.textContent = result.said;
      results.push(result);
    }
    return results;
  };

  form.addEventListener("submit", async (event) => {
    const files = [...field("files").files];
    if (!files.length) {
      return;
    }
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    list.textContent = "";
    list.closest("section").hidden = false;
    document.getElementById("files-room").hidden = true; // that changes too
    document.getElementById("uploads-title").focus(); // the button that had it is off
    document.getElementById("files-so-far").hidden = true; // it changes now; the page shown next has it
    const results = await all(files);
    const places = results.map((one) => one.place).filter(Boolean);
    if (results.every((one) => one.taken) && !places.length) {
      window.location.assign(words.done);
      return;
    }
    said.textContent = `${words.ended} ${results.filter((one) => one.taken).length} / ${files.length}`;
    if (places.length) {
      offer(places[0]);
    }
    field("files").value = "";
    button.disabled = false;
    document.getElementById("uploads-after").hidden = false;
  });
  for (const one of document.querySelectorAll("[data-with], [data-without]")) {
    one.hidden = "without" in one.dataset;
  }
})();
