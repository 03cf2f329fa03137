/** The connections of one profile, kept open between uses and closed with the run, or the process. @module */
import type { Client } from "pg";
import { type Closable, Resources } from "../../context/resources.ts";
import { currentScope } from "../../context/scope.ts";
import type { EmbeddedServer } from "../embedded/embedded.ts";
import { type PostgresProfile, postgresProfile } from "../profiles/postgres_profile.ts";
import { loadProfiles } from "../profiles/profiles.ts";
import { cancellable, cut } from "./cancel.ts";
import { connect } from "./connect.ts";
import { isFull, isLost, lostConnection } from "./connection_error.ts";
import type { CatalogType } from "./decode/result_type.ts";
import { currentLocation, type Location } from "./location.ts";

const outsideRuns = new Resources();

/** The server of a profile: opened at the first call, shared by the run, or outside runs by the process.
 *
 * @throws {Error} when the profile cannot be read. */
export async function openServer(profile: string): Promise<Server> {
  const location = await currentLocation();
  const resources = currentScope()?.resources ?? outsideRuns;
  const key = `postgres ${profile} ${location.notebookFolder}`;
  return await resources.use(key, () => Server.open(profile, location));
}

/** A Postgres server as one profile sees it. */
export class Server implements Closable {
  readonly profile: PostgresProfile;
  /** Types that are not built in, by number, as far as results have had them. */
  readonly catalog = new Map<number, CatalogType>();
  readonly #embedded: EmbeddedServer | undefined;
  readonly #idle: Client[] = [];
  readonly #open = new Set<Client>();
  /** How many are in somebody's hands or on their way there. */
  #lent = 0;
  /** Settles when the second connection of a write is back. */
  #secondIsBack: Promise<void> | undefined;

  private constructor(profile: PostgresProfile, embedded: EmbeddedServer | undefined) {
    this.profile = profile;
    this.#embedded = embedded;
  }

  /** Reads the profile; an embedded server is leased, nothing is connected yet. */
  static async open(name: string, location: Location): Promise<Server> {
    const profiles = await loadProfiles(location.notebookFolder, location.projectFolder);
    const profile = postgresProfile(await profiles.expand(name));
    if (profile.host !== "embedded") return new Server(profile, undefined);
    const { EmbeddedServer } = await import("../embedded/embedded.ts");
    return new Server(profile, await EmbeddedServer.lease(location.projectFolder));
  }

  /** Lends a connection to `work`, which is cancelled with the run, or by another `signal`.
   *
   * @throws {ConnectionError} when there is no connection or it went away while `what` was done. */
  async withClient<Result>(
    what: string,
    work: (client: Client) => Promise<Result>,
    signal: AbortSignal | undefined = currentScope()?.run.signal,
  ): Promise<Result> {
    return await this.withLent(await this.lend(signal), what, work);
  }

  /** The same with a connection that is lent already; it is given back, or discarded. */
  async withLent<Result>(
    lent: LentClient,
    what: string,
    work: (client: Client) => Promise<Result>,
  ): Promise<Result> {
    try {
      const result = await cancellable(lent.client, lent.signal, () => work(lent.client));
      lent.giveBack();
      return result;
    } catch (failure) {
      if (isLost(failure)) {
        lent.discard();
        throw lostConnection(this.profile, what, failure);
      }
      if (lent.signal?.aborted) lent.discard();
      else lent.giveBack();
      throw failure;
    }
  }

  /** A connection until it is given back or discarded. */
  async lend(signal = currentScope()?.run.signal): Promise<LentClient> {
    signal?.throwIfAborted();
    this.#lent++;
    const client = await this.#find().catch((failure) => {
      this.#lent--;
      throw failure;
    });
    return {
      client,
      signal,
      giveBack: () => {
        this.#lent--;
        // a transaction that was left open is rolled back, and not the next user's
        if (isInTransaction(client)) return cut(client);
        refOf(client).unref();
        this.#idle.push(client);
      },
      discard: () => {
        this.#lent--;
        this.#open.delete(client);
        cut(client);
      },
    };
  }

  /** One more for who has one, where the server has more; undefined where others have some too: they may need
   *  what is left. */
  async lendSecond(): Promise<LentClient | undefined> {
    if (this.#lent > 1) return undefined;
    const second = await this.lend().catch(() => undefined);
    if (!second) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#secondIsBack = promise;
    return {
      ...second,
      giveBack: () => resolve(second.giveBack()),
      discard: () => resolve(second.discard()),
    };
  }

  /** Closes the connections, those still lent as well; the last user of an embedded server stops it. */
  async close(): Promise<void> {
    for (const client of this.#open) if (!this.#idle.includes(client)) cut(client);
    this.#open.clear();
    const closing = this.#idle.splice(0).map((client) => {
      refOf(client).ref();
      return client.end();
    });
    await Promise.allSettled(closing);
    await this.#embedded?.close();
  }

  /** An idle connection or a new one; where the server has no more, the second one of a write, which could have
   *  done without. */
  async #find(): Promise<Client> {
    const idle = this.#takeIdle();
    if (idle) return idle;
    try {
      return await this.#connect();
    } catch (failure) {
      if (!this.#secondIsBack || !isFull(failure)) throw failure;
      await this.#secondIsBack;
      return this.#takeIdle() ?? await this.#connect();
    }
  }

  async #connect(): Promise<Client> {
    const client = await connect(this.profile, this.#embedded);
    this.#open.add(client);
    return client;
  }

  #takeIdle(): Client | undefined {
    for (;;) {
      const client = this.#idle.pop();
      if (client === undefined) return undefined;
      if (!isUsable(client)) {
        this.#open.delete(client);
        continue;
      }
      refOf(client).ref();
      return client;
    }
  }
}

/** A connection in somebody's hands. */
export interface LentClient {
  readonly client: Client;
  readonly signal: AbortSignal | undefined;
  giveBack(): void;
  discard(): void;
}

/** Whether the server has not closed it since its last use. */
function isUsable(client: Client): boolean {
  const { _ended, _queryable } = client as unknown as { _ended: boolean; _queryable: boolean };
  return !_ended && _queryable;
}

/** Whether the connection's last statement began a transaction and none has ended it. */
export function isInTransaction(client: Client): boolean {
  const status = (client as unknown as { _txStatus: string | null })._txStatus;
  return status === "T" || status === "E";
}

/** An idle connection must not keep the process alive. */
function refOf(client: Client): { ref(): void; unref(): void } {
  return client as unknown as { ref(): void; unref(): void };
}
