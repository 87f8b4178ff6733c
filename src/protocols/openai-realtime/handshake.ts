/** What is chosen of the protocols that a client offers. */
export const SESSION_PROTOCOL = 'realtime'

const KEY_PROTOCOL = 'openai-insecure-api-key.'

/**
 * The key among the protocols that a client offers, as browsers have no other header of their own; undefined where there is none. Source:
 * https://platform.openai.com/docs/guides/realtime-websocket (2026-11-26).
 */
export const keyOfProtocols = (offered: string | undefined): string | undefined =>
  (offered ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(KEY_PROTOCOL))
    ?.slice(KEY_PROTOCOL.length)
