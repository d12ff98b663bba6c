// @ts-check
// Asks the widgets' API with the bearer that the page was opened with; renews it while the page is open.

const RENEW_MS = 20 * 60 * 1000;

export class Refused extends Error {
  /** @param {number} status @param {string} words */
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

export class Attune {
  /** @param {string} base @param {string} bearer */
  constructor(base, bearer) {
    this.base = base;
    this.bearer = bearer;
    if (bearer) setInterval(() => this.renew(), RENEW_MS);
  }

  /** @param {string} path @returns {Promise<any>} */
  get(path) {
    return this.send("GET", path);
  }

  /** @param {string} path @param {object} body @param {AbortSignal} [signal] @returns {Promise<any>} */
  post(path, body, signal) {
    return this.send("POST", path, body, signal);
  }

  /**
   * @param {string} method @param {string} path @param {object} [body] @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async send(method, path, body, signal) {
    if (!this.bearer) throw new Refused(401, "");
    const answer = await fetch(this.base + path, {
      method,
      signal,
      credentials: "omit",
      headers: { Authorization: `Bearer ${this.bearer}`, ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    const content = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, content.words || "");
    return content;
  }

  async renew() {
    try {
      this.bearer = (await this.post("/session", {})).bearer;
    } catch (refused) {
      // The next request says what is wrong, where the reader sees it.
    }
  }
}
