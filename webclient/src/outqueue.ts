/**
 * What must outlive the page until the server has it: entries in the order they were made, and one value beside them.
 *
 * Not here: what the entries mean (`panels.ts`, `notes.ts`). Kept in IndexedDB, one channel for each kind, session
 * and role; other tabs of the same browser see the same.
 */

export interface Kept<E, V> {
  readonly entries: readonly E[];
  readonly value: V | undefined;
}

export interface Outqueue<E, V = never> {
  load(): Promise<Kept<E, V>>;
  /** Adds an entry, or replaces the one of that key in its place. Rejects when it could not be kept. */
  put(key: string, entry: E): Promise<void>;
  /** Removes entries and, at the same moment, replaces the value if one is given. */
  settle(keys: readonly string[], value?: V): Promise<void>;
  /** Removes all of the channel. */
  forget(): Promise<void>;
}

const DATABASE = "ringback";
const ENTRIES = "entries";
const VALUES = "values";
/** After so long without a change nobody comes back for it; notes are kept as long on the server. */
const KEEP_MS = 90 * 24 * 3600 * 1000;

/**
 * The channel's queue; one that keeps nothing where the browser refuses storage. `storage` gives the page's IndexedDB:
 * looking at it may throw already. `epochMs` is now.
 */
export async function openOutqueue<E, V = never>(
  channel: string,
  storage: () => IDBFactory | undefined,
  epochMs: () => number,
): Promise<Outqueue<E, V>> {
  try {
    const factory = storage();
    if (!factory) return new NoQueue();
    const database = await openDatabase(factory);
    await sweep(database, epochMs() - KEEP_MS);
    return new BrowserQueue<E, V>(database, channel, epochMs);
  } catch {
    return new NoQueue();
  }
}

/** Loads nothing and refuses to keep anything. */
export class NoQueue<E, V> implements Outqueue<E, V> {
  async load(): Promise<Kept<E, V>> {
    return { entries: [], value: undefined };
  }
  put(): Promise<void> {
    return Promise.reject(new Error("This browser keeps nothing for this page."));
  }
  async settle(): Promise<void> {}
  async forget(): Promise<void> {}
}

interface EntryRow<E> {
  readonly channel: string;
  readonly key: string;
  readonly order: number;
  readonly at: number;
  readonly entry: E;
}

interface ValueRow<V> {
  readonly channel: string;
  readonly at: number;
  readonly value: V;
}

class BrowserQueue<E, V> implements Outqueue<E, V> {
  readonly #database: IDBDatabase;
  readonly #channel: string;
  readonly #epochMs: () => number;
  /** The places of what this page has put. */
  readonly #orders = new Map<string, number>();
  #lastOrder = 0;

  constructor(database: IDBDatabase, channel: string, epochMs: () => number) {
    this.#database = database;
    this.#channel = channel;
    this.#epochMs = epochMs;
  }

  async load(): Promise<Kept<E, V>> {
    const transaction = this.#database.transaction([ENTRIES, VALUES]);
    const [rows, row] = await Promise.all([
      answer<EntryRow<E>[]>(transaction.objectStore(ENTRIES).getAll(this.#all())),
      answer<ValueRow<V> | undefined>(transaction.objectStore(VALUES).get(this.#channel)),
    ]);
    rows.sort((a, b) => a.order - b.order);
    // What is put from now on comes after these, also when the machine's clock was set back.
    this.#lastOrder = Math.max(this.#lastOrder, rows.at(-1)?.order ?? 0);
    return { entries: rows.map(({ entry }) => entry), value: row?.value };
  }

  put(key: string, entry: E): Promise<void> {
    const order = this.#orders.get(key) ?? Math.max(this.#epochMs(), this.#lastOrder + 1);
    this.#orders.set(key, order);
    this.#lastOrder = Math.max(this.#lastOrder, order);
    const row: EntryRow<E> = { channel: this.#channel, key, order, at: this.#epochMs(), entry };
    return this.#write((entries) => entries.put(row));
  }

  settle(keys: readonly string[], value?: V): Promise<void> {
    for (const key of keys) this.#orders.delete(key);
    return this.#write((entries, values) => {
      for (const key of keys) entries.delete([this.#channel, key]);
      if (value !== undefined) values.put({ channel: this.#channel, at: this.#epochMs(), value });
    });
  }

  forget(): Promise<void> {
    return this.#write((entries, values) => {
      entries.delete(this.#all());
      values.delete(this.#channel);
    });
  }

  /** The keys of the channel: arrays sort behind all strings. */
  #all(): IDBKeyRange {
    return IDBKeyRange.bound([this.#channel], [this.#channel, []]);
  }

  /**
   * Resolves when the browser has taken the data. The requests and the commit are handed over at once: a page that is
   * gone the next moment has left them behind all the same.
   */
  #write(requests: (entries: IDBObjectStore, values: IDBObjectStore) => void): Promise<void> {
    try {
      const transaction = this.#database.transaction([ENTRIES, VALUES], "readwrite");
      const complete = completion(transaction);
      requests(transaction.objectStore(ENTRIES), transaction.objectStore(VALUES));
      transaction.commit();
      return complete;
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

function openDatabase(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    const entries = request.result.createObjectStore(ENTRIES, { keyPath: ["channel", "key"] });
    entries.createIndex("at", "at");
    request.result.createObjectStore(VALUES, { keyPath: "channel" }).createIndex("at", "at");
  };
  return answer(request).then((database) => {
    // A newer version of the page may change the database at once.
    database.onversionchange = () => database.close();
    return database;
  });
}

/** Removes what has not changed since. */
async function sweep(database: IDBDatabase, before: number): Promise<void> {
  const transaction = database.transaction([ENTRIES, VALUES], "readwrite");
  const complete = completion(transaction);
  for (const name of [ENTRIES, VALUES]) {
    const store = transaction.objectStore(name);
    const keys = store.index("at").getAllKeys(IDBKeyRange.upperBound(before, true));
    keys.onsuccess = () => {
      for (const key of keys.result) store.delete(key);
    };
  }
  await complete;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completion(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}
