import { fail } from '../failures.ts'
import type { Clock } from '../lib/index.ts'
import { type AskIssuer, askIssuer } from './ask-issuer.ts'
import { gitHubIssuer } from './github.ts'
import { openIdIssuer } from './open-id.ts'
import type { Asking, Issuer, IssuerAudience, IssuerSettings, ReturnedCode, Vouched } from './vouching.ts'

/** The issuers of an installation, by their ids. */
export type Issuers = {
  /** Those that sign this audience in, as people are offered them. */
  readonly list: (audience: IssuerAudience) => readonly OfferedIssuer[]
  /** Where a browser is sent to. Fails with issuer_unknown, issuer_unreachable. */
  readonly begin: (which: WhichIssuer, asking: Asking) => Promise<string>
  /** Whom an issuer vouches for; `subject` is unique among all issuers. Fails with issuer_unknown, issuer_unreachable, issuer_refused. */
  readonly end: (which: WhichIssuer, asking: Asking, returned: ReturnedCode) => Promise<Vouched>
}

/** An issuer as people are offered it, and whether it says when somebody signed in to it, so that they can show by it anew who they are. */
export type OfferedIssuer = { readonly id: string; readonly name: string; readonly isProof: boolean }

/** An issuer, and whom it is to sign in. */
export type WhichIssuer = { readonly id: string; readonly audience: IssuerAudience }

/** Opens issuers; none is asked before somebody comes. `ask` is how they are asked, over HTTP where it is left out. */
export function openIssuers(
  settings: readonly IssuerSettings[],
  { clock, ask = askIssuer }: { readonly clock: Pick<Clock, 'monotonic'>; readonly ask?: AskIssuer },
): Issuers {
  const issuers = new Map(settings.map((one) => [one.id, { ...one, ...open(one, { ask, clock }) }]))
  const find = ({ id, audience }: WhichIssuer): Issuer & IssuerSettings => {
    const found = issuers.get(id)
    return found?.audience.includes(audience) === true ? found : fail('issuer_unknown')
  }
  return {
    list: (audience) =>
      settings.filter((one) => one.audience.includes(audience)).map((one) => ({ id: one.id, name: one.name, isProof: tellsWhen(one) })),
    begin: async (which, asking) => await find(which).begin(asking),
    end: async (which, asking, returned) => {
      const issuer = find(which)
      const vouched = await issuer.end(asking, returned)
      return { ...vouched, subject: `${issuer.issuer}\n${vouched.subject}` }
    },
  }
}

/** GitHub speaks another protocol, and Google does not list auth_time. Source: https://accounts.google.com/.well-known/openid-configuration (2026-11-27). */
const tellsWhen = ({ kind, emailTrust }: IssuerSettings): boolean => kind === 'openid' && emailTrust !== 'google'

const open = (settings: IssuerSettings, parts: { readonly ask: AskIssuer; readonly clock: Pick<Clock, 'monotonic'> }): Issuer =>
  settings.kind === 'github' ? gitHubIssuer(settings, parts) : openIdIssuer(settings, parts)
