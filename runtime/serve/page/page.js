/** Keeps a page live: what the server drew is drawn again when a run tells something, logs are read on.
 *  Plain JavaScript, served as it is. */

const QUIET_MS = 150;

/** Draws the page's live parts anew from the server; what is the same stays untouched. */
async function redraw() {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!response.ok) return notify(await whatFailed(response));
  const drawn = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live][id]")) {
    const fresh = drawn.getElementById(old.id);
    if (fresh && fresh.outerHTML !== old.dataset.drawn) {
      fresh.dataset.drawn = fresh.outerHTML;
      localise(fresh);
      old.replaceWith(fresh);
    }
  }
}

/** Moments in the person's own zone. */
function localise(within) {
  for (const time of within.querySelectorAll("time[datetime]")) {
    time.title = time.dateTime;
    time.textContent = new Date(time.dateTime).toLocaleString();
  }
}

/** Calls `work` once things are quiet, never twice at a time; what came meanwhile makes it go again. */
function settled(work) {
  let timer;
  let going = false;
  let isWanted = false;
  const go = async () => {
    timer = undefined;
    going = true;
    isWanted = false;
    await work().catch((error) => notify(error.message));
    going = false;
    if (isWanted) want();
  };
  const want = () => {
    isWanted = true;
    if (!going) timer ??= setTimeout(go, QUIET_MS);
  };
  return want;
}

/** Reads the log on from the last line seen: none is lost or comes twice, whatever the connection does. */
function logReader(element) {
  let after = 0;
  return async () => {
    const path = `/api/runs/${encodeURIComponent(element.dataset.log)}/logs`;
    while (true) {
      const response = await fetch(`${path}?after=${after}&limit=1000`);
      if (!response.ok) return notify(await whatFailed(response));
      const { lines, after: last } = await response.json();
      const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 20;
      element.append(...lines.map(logLine));
      if (isAtEnd) element.scrollTop = element.scrollHeight;
      after = last;
      if (lines.length < 1000) return;
    }
  };
}

function logLine({ block, element, stream, text }) {
  const line = document.createElement("div");
  if (stream === "stderr") line.className = "stderr";
  if (block) {
    const name = document.createElement("b");
    name.textContent = `${element === undefined ? block : `${block}[${element}]`} │ `;
    line.append(name);
  }
  line.append(text);
  return line;
}

async function whatFailed(response) {
  const problem = await response.json().catch(() => ({}));
  return problem.detail ?? `The server answered ${response.status}`;
}

function notify(text) {
  const notice = document.createElement("p");
  notice.textContent = text;
  document.getElementById("notices").append(notice);
  setTimeout(() => notice.remove(), 8000);
}

function listen() {
  const log = document.querySelector("[data-log]");
  const readLog = log ? settled(logReader(log)) : () => {};
  const draw = settled(redraw);
  readLog();
  const run = log?.dataset.log;
  const source = new EventSource(
    run ? `/api/events?run=${encodeURIComponent(run)}` : "/api/events",
  );
  const connection = document.getElementById("connection");
  const show = (state) => {
    connection.className = state;
    connection.textContent = state;
  };
  // Whatever happened while nobody listened is drawn as soon as somebody does.
  source.addEventListener("listening", () => {
    show("live");
    draw();
    readLog();
  });
  source.addEventListener("missed", () => {
    draw();
    readLog();
  });
  source.addEventListener("error", () => show("lost"));
  source.addEventListener("log", readLog);
  const drawn = ["run_started", "block_started", "block_retrying", "block_waiting", "block_ended"];
  const whole = ["run_accepted", "run_waiting", "run_finished"];
  for (const type of [...drawn, ...whole, "checks", "artifact"]) {
    source.addEventListener(type, draw);
  }
}

/** A frame is as high as what it shows. */
function fitFrames() {
  for (const frame of document.querySelectorAll("iframe")) {
    const fit = () => {
      frame.style.height = `${frame.contentDocument.documentElement.scrollHeight + 4}px`;
    };
    frame.addEventListener("load", fit);
    if (frame.contentDocument?.readyState === "complete") fit();
  }
}

localise(document);
fitFrames();
listen();
