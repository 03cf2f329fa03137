/** What BigQuery said to a request or a job, made one clear line. @module */
import { ConnectionError } from "../postgres/connection_error.ts";
import { ApiError, isPassing } from "./api_error.ts";
import type { BigQueryProfile } from "./profile.ts";

/** The error for what BigQuery refused; errors of our own pass as they are. */
export function bigQueryFailure(profile: BigQueryProfile, what: string, cause: unknown): unknown {
  if (!(cause instanceof ApiError)) return cause;
  const place = `BigQuery (profile ${profile.profile}, project ${profile.project})`;
  if (cause.status === 0) {
    return new ConnectionError(
      `Cannot ${what} in ${place}: ${cause.message}; nothing of it was kept`,
      profile.profile,
      { cause },
    );
  }
  const said = cause.message.split("\n")[0]!.trim().replace(/[.;]$/, "");
  return new Error(`Cannot ${what} in ${place}: ${said}${mend(cause)}`, { cause });
}

/** What to do, by BigQuery's reason. */
function mend(failure: ApiError): string {
  const { reason, status } = failure;
  if (reason === "accessDenied" || status === 403 && !isPassing(failure) && !isQuota(reason)) {
    return "; the account needs the roles BigQuery Data Editor on the dataset and BigQuery Job User on the project";
  }
  if (status === 401) {
    return "; look at GOOGLE_SERVICE_ACC_KEY_FILEPATH: the key may be expired or deleted";
  }
  if (isQuota(reason)) return "; wait until the quota is filled again, or ask for more";
  if (reason === "billingNotEnabled") return "; enable billing for the project";
  return "";
}

function isQuota(reason: string): boolean {
  return reason === "quotaExceeded" || reason === "rateLimitExceeded" ||
    reason === "RESOURCE_EXHAUSTED";
}
