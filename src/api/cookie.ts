import type { Context } from 'hono'

const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict'

/** A cookie of ours; its name begins with __Host-. Source: draft-ietf-httpbis-rfc6265bis §4.1.3.2 (2026-11-26). */
export type Cookie = {
  /** Its value in a request; undefined without one, and when there are two, as one of them is not ours. */
  readonly read: (c: Context) => string | undefined
  /** Has a browser keep a value until its session would be idle for too long. */
  readonly set: (c: Context, value: string) => void
  /** Has a browser forget it. */
  readonly clear: (c: Context) => void
}

/** A cookie of this name that is kept for so many hours. */
export const hostCookie = (name: `__Host-${string}`, hours: number): Cookie => ({
  read: (c) => {
    const pairs = (c.req.header('cookie') ?? '').split(';').map((pair) => pair.trim())
    const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1))
    return values.length === 1 ? values[0] : undefined
  },
  set: (c, value) => c.header('set-cookie', `${name}=${value}; Max-Age=${hours * 3600}; ${ATTRIBUTES}`),
  clear: (c) => c.header('set-cookie', `${name}=; Max-Age=0; ${ATTRIBUTES}`),
})
