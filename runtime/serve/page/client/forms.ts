/** Sends the page's forms to the API as JSON, and says what the server answered. @module */
import { notify, whatFailed } from "./notice.ts";
import { redraw, settled } from "./redraw.ts";

/** The file that a change was made for is another one by now. */
const STALE = 412;

type Json = Record<string, unknown>;

/** Takes over what every form of the page does, those that are drawn later too. */
export function sendForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.call === undefined) return;
    event.preventDefault();
    // Not `disabled` meanwhile: a button would lose the keyboard by it.
    if (form.ariaBusy !== "true") void send(form, event.submitter as HTMLButtonElement | null);
  });
  document.addEventListener("change", (event) => {
    const form = (event.target as HTMLElement).closest("form");
    if (form?.dataset.autosubmit !== undefined) form.requestSubmit();
  });
  for (const output of document.querySelectorAll<HTMLElement>("[data-preview]")) preview(output);
}

async function send(form: HTMLFormElement, button: HTMLButtonElement | null): Promise<void> {
  const { confirm: question } = button?.dataset ?? {};
  if (question !== undefined && !confirm(question)) return;
  const [method = "POST", path = ""] = form.dataset.call?.split(" ") ?? [];
  const body = bodyOf(form, button);
  form.ariaBusy = "true";
  say(form, "");
  try {
    const response = await call(method, path, { body, etag: form.dataset.etag });
    if (response.status === STALE) {
      // The form is of an older file: it is drawn anew, and its own words would go with it.
      redraw();
      return notify(await whatFailed(response));
    }
    if (!response.ok) return say(form, await whatFailed(response));
    show(form, await response.json());
    const made = response.headers.get("location");
    if (form.dataset.then === "open" && made) location.assign(made.replace(/^\/api/, ""));
    else redraw();
  } catch (error) {
    say(form, `The server does not answer: ${(error as Error).message}`);
  } finally {
    form.ariaBusy = "false";
  }
}

async function call(
  method: string,
  path: string,
  { body, etag }: { body: Json; etag?: string | undefined },
): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    ...(etag === undefined ? {} : { "if-match": `"${etag}"` }),
  };
  const isEmpty = Object.keys(body).length === 0;
  return await fetch(path, { method, headers, ...(isEmpty ? {} : { body: JSON.stringify(body) }) });
}

/** What a form holds: `variables.word` stands in `variables`; what is left empty is not sent. */
function bodyOf(form: HTMLFormElement, button: HTMLButtonElement | null): Json {
  const body: Json = {};
  const fields = [...form.elements, button].filter((field): field is HTMLInputElement =>
    field !== null && "name" in field && "value" in field &&
    (field === button || !(field instanceof HTMLButtonElement))
  );
  for (const { name, value, dataset } of fields) {
    if (name === "" || value === "") continue;
    const [outer = "", inner] = name.split(/\.(.*)/);
    if (inner === undefined) body[outer] = typed(value, dataset.type);
    else body[outer] = { ...body[outer] as Json | undefined, [inner]: value };
  }
  return body;
}

function typed(value: string, type: string | undefined): unknown {
  if (type === "number") return Number(value);
  return type === "boolean" ? value === "true" : value;
}

function say(form: HTMLFormElement, text: string): void {
  const output = form.querySelector("output[role=alert]");
  if (output) output.textContent = text;
}

/** What is told this once, a token, stands in the form until the page is left. */
function show(form: HTMLFormElement, answer: Json): void {
  for (const output of form.querySelectorAll<HTMLElement>("[data-shows]")) {
    output.textContent = String(answer[output.dataset.shows ?? ""] ?? "");
  }
}

const DATES_SHOWN = 6;

/** Says below a form what it would do, as it is filled in. */
function preview(output: HTMLElement): void {
  const form = output.closest("form");
  if (!form) return;
  const look = settled(async () => {
    const body = bodyOf(form, null);
    if (body.start === undefined || body.end === undefined) return void (output.textContent = "");
    const response = await call("POST", output.dataset.preview ?? "", { body });
    output.className = response.ok ? "quiet" : "bad";
    output.textContent = response.ok
      ? datesText(await response.json())
      : await whatFailed(response);
  });
  form.addEventListener("input", look);
  look();
}

interface Preview {
  readonly count: number;
  readonly dates: readonly { readonly executionDate: string }[];
}

function datesText({ count, dates }: Preview): string {
  const shown = dates.slice(0, DATES_SHOWN).map(({ executionDate }) =>
    executionDate.slice(0, 16).replace("T00:00", "").replace("T", " ")
  );
  const rest = count > shown.length ? ", …" : "";
  return `${count} ${count === 1 ? "run" : "runs"}: ${shown.join(", ")}${rest}`;
}
