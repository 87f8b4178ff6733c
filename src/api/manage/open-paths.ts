/** Paths under /api that anybody may ask for: the price list, what was announced, what describes the interface, and what is paid for with a wallet. */
const OPEN = /^\/api\/(?:announcements|plans|pools(?:\/[\w-]{1,64})?|openapi\.json|agent(?:\/[\w-]{1,64})?)$/
/** Paths under /api whose callers show another proof than a management key. */
const ELSEWHERE = /^\/api\/(?:privacy|auth|support)(?:\/|$)/

/** Whether a path belongs to the management interface, and answers in its envelope. */
export const isManaged = (path: string): boolean => path.startsWith('/api/') && !ELSEWHERE.test(path)

/** Whether a path of the management interface needs nobody to say who they are. */
export const isOpen = (path: string): boolean => OPEN.test(path)
