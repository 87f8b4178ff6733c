/** What codes of invitations look like. */
const CODE = /^fbt_[\w-]{43}$/

/** The invitation that an address brings behind its #, which no server is told of; undefined without one. */
export function broughtInvitation(): string | undefined {
  return codeIn(window.location.hash.slice(1))
}

/** The code in what somebody typed or pasted: the code alone, or the link that has it. */
export function typedInvitation(typed: string): string | undefined {
  const text = typed.trim()
  return CODE.test(text) ? text : codeIn(text.split('#')[1] ?? '')
}

const codeIn = (hash: string): string | undefined => {
  const code = new URLSearchParams(hash).get('invitation') ?? undefined
  return code !== undefined && CODE.test(code) ? code : undefined
}

/** A path with an invitation behind its #, so that it is not lost on the way. */
export const withInvitation = (path: string, code: string | undefined): string => (code === undefined ? path : `${path}#invitation=${code}`)

/** Where an invitation is accepted or declined. */
export const JOIN_PATH = '/dashboard/join'
