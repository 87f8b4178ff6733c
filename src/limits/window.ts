/** Counts within fixed windows of one minute: never more than the limit between two full minutes, on all gateways together. */
export type Window = { startedAt: number; used: number }

/** Length of a window. */
export const WINDOW_MS = 60_000

/** When the window that holds now began. */
export const windowStart = (now: number): number => now - (now % WINDOW_MS)

/** The window that began at a time, which is the one that holds now; a past one is begun anew. */
export function currentWindow(window: Window, startedAt: number): Window {
  if (window.startedAt !== startedAt) {
    window.startedAt = startedAt
    window.used = 0
  }
  return window
}

/** Milliseconds until the window ends. */
export const resetMs = (now: number): number => WINDOW_MS - (now % WINDOW_MS)
