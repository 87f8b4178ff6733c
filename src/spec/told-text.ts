/** Longer ones are told by their length. */
const LENGTH_MAX = 64
/** Names, numbers, times, addresses: no spaces as in a passphrase, no @ ? or = as in an address with a secret. */
const PLAIN = /^[\w.,:/$%-]*$/
/** As keys of upstreams begin. */
const KEY_BEGIN = /^(?:sk|pk|rk|gsk|xai|sess|adm|admin|key|token|bearer)[-_:]/i
/** A run of letters and digits that no word or number is: random, or too long for one. */
const isRandom = (run: string): boolean => run.length > 16 || (run.length >= 8 && /\d/.test(run) && /[a-z]/i.test(run))

/** Whether a text can be no secret. A key can stand in any field of a configuration, as lines of a file slip. */
export const isTellable = (text: string): boolean =>
  text.length <= LENGTH_MAX && PLAIN.test(text) && !KEY_BEGIN.test(text) && !text.split(/[^a-z\d]+/i).some(isRandom)

/** What a problem says of a text of a configuration: itself in quotes where it can be no secret, otherwise its length. */
export const toldText = (text: string): string =>
  isTellable(text) ? JSON.stringify(text) : `a text of ${text.length} characters, which is not shown`
