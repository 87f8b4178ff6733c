/**
 * Bounds of both connections of a session: the largest message is a little above the largest piece of sound that may be sent at once
 * (15 MiB), nothing is compressed, a side that does not answer a close is let go, and pings are answered by `answerPings` alone. Source:
 * https://platform.openai.com/docs/api-reference/realtime-client-events/input_audio_buffer/append (2026-11-26).
 */
export const SOCKET_BOUNDS = { maxPayload: 16 * 1_024 * 1_024, perMessageDeflate: false, closeTimeout: 2_000, autoPong: false } as const

/** How long an answer that was cut short may take to tell its usage. */
export const LINGER_MS = 3_000

/** Codes with which sessions are closed. Source: RFC 6455 §7.4.1 (2011-12) and https://www.iana.org/assignments/websocket (2026-11-26). */
export const CLOSE_CODES = { usual: 1_000, goingAway: 1_001, notText: 1_003, refused: 1_008, broken: 1_011, tryLater: 1_013 } as const
