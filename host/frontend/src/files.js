// Files beside a form: sent as soon as they are chosen, with their progress; the list comes back from the server.
export function sendFiles() {
  const sheet = document.getElementById("sheet");
  sheet?.addEventListener("change", () => sheet.form.requestSubmit());
  const input = document.getElementById("file"), own = document.getElementById("attach");
  if (!input || !own) return;
  const list = document.getElementById("file-list"), says = document.getElementById("file-says");
  const bar = document.getElementById("file-progress");
  own.classList.add("is-live");
  document.querySelectorAll(".bh-no-script").forEach((one) => { one.hidden = true; });

  const show = (html) => {
    list.innerHTML = html;
    const count = list.querySelector("[data-file-count]").dataset.fileCount;
    document.querySelectorAll("[data-files]").forEach((one) => { one.textContent = one.dataset.files.replace("{count}", count); });
  };
  const send = (address, body) => new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-Form-Token", document.querySelector("meta[name=form-token]").content);
    request.upload.addEventListener("progress", (event) => { bar.value = (100 * event.loaded) / event.total; });
    request.addEventListener("loadend", () => done(request));
    request.send(body);
  });
  const tell = (request) => {
    if (request.responseText.includes("data-file-count")) show(request.responseText);
    else says.textContent = input.dataset.wordsFailed;
  };

  input.addEventListener("change", async () => {
    says.textContent = "";
    for (const file of input.files) {
      if (file.size > input.dataset.most * 1048576) {
        says.textContent = input.dataset.wordsLarge.replace("{name}", file.name)
          .replace("{size}", (file.size / 1048576).toFixed(1)).replace("{most}", input.dataset.most);
        continue;
      }
      const body = new FormData();
      body.append("file", file);
      body.append("field", document.getElementById("file-field")?.value || "");
      bar.hidden = false;
      tell(await send(own.action, body));
      bar.hidden = true;
    }
    input.value = "";
  });
  list.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-remove-file]");
    if (!button) return;
    event.preventDefault();
    tell(await send(button.formAction, new FormData()));
    input.focus();
  });
}
