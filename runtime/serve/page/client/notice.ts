/** Says something at the edge of the page, for a while. @module */

const SHOWN_MS = 8000;

/** Shows a text. */
export function notify(text: string): void {
  const notice = document.createElement("p");
  notice.textContent = text;
  document.getElementById("notices")?.append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}

/** Why a request was refused, in the server's own words. */
export async function whatFailed(response: Response): Promise<string> {
  const problem = await response.json().catch(() => ({}));
  return problem.detail ?? `The server answered ${response.status}`;
}
