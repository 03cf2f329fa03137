/** What BigQuery said to a request or a job, made one clear line. @module */
import { ConnectionError } from "../postgres/connection_error.ts";
import { ApiError } from "./api_error.ts";
import type { BigQueryProfile } from "./profile.ts";

/** The error for what BigQuery refused; errors of our own pass as they are.
 *
 * @param what was to be done, up to BigQuery's name: `write to ny_taxi.trips in` */
export function bigQueryFailure(profile: BigQueryProfile, what: string, cause: unknown): unknown {
  if (!(cause instanceof ApiError)) return cause;
  const doing = `Cannot ${what} BigQuery (profile ${profile.profile}, project ${profile.project})`;
  if (cause.status === 0) {
    const mend = /refuses/.test(cause.message) ? "is the server running?" : "is the network up?";
    return new ConnectionError(`${doing}: ${cause.message}; ${mend}`, profile.profile, { cause });
  }
  const said = cause.message.split("\n")[0]!.trim().replace(/[.;]$/, "");
  return new Error(`${doing}: ${said}${mend(cause)}`, { cause });
}

/** What to do, by BigQuery's reason. */
function mend({ reason, status, isSpent, message }: ApiError): string {
  if (isQuota(reason)) return "; wait until the quota is filled again, or ask for more";
  if (reason === "accessDenied" && /\bstorage\./.test(message)) {
    return "; the account needs the role Storage Object User on the bucket";
  }
  if (reason === "accessDenied" || status === 403 && !isSpent) {
    return "; the account needs the roles BigQuery Data Editor on the dataset and BigQuery Job User on the project";
  }
  if (status === 401) {
    return "; look at GOOGLE_SERVICE_ACC_KEY_FILEPATH: the key may be expired or deleted";
  }
  if (reason === "billingNotEnabled") return "; enable billing for the project";
  return isSpent ? "; try again later" : "";
}

function isQuota(reason: string): boolean {
  return reason === "quotaExceeded" || reason === "rateLimitExceeded" ||
    reason === "RESOURCE_EXHAUSTED";
}
