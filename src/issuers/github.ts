import { createHash } from 'node:crypto'
import { z } from 'zod'
import { FailureError, fail } from '../failures.ts'
import { ASK_SECONDS_MAX, type AskIssuer, askWithin, RETRY_SECONDS } from './ask-issuer.ts'
import type { Asking, Issuer, IssuerSettings, ReturnedCode, Vouched } from './vouching.ts'

const tokenSchema = z.object({ access_token: z.string().min(1).max(1_000), token_type: z.string() })
const userSchema = z.object({ id: z.int().positive() })
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/**
 * GitHub, which speaks OAuth 2 alone: a person is the number of their user, their e-mail the primary one where it is verified. The token is used twice and
 * dropped. Source: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps,
 * https://docs.github.com/en/rest/users/emails (2026-11-27).
 */
export function gitHubIssuer(settings: IssuerSettings, asking: { readonly ask: AskIssuer }): Issuer {
  const ask = askWithin(asking.ask, settings.origins ?? [])
  return {
    begin: async ({ returnTo, state, verifier, isFresh }) => {
      // It never says when somebody signed in to it.
      if (isFresh === true) fail('issuer_unknown')
      const url = new URL(`${settings.issuer}/login/oauth/authorize`)
      url.search = new URLSearchParams({
        ...{ client_id: settings.clientId, redirect_uri: returnTo, scope: 'user:email', state },
        ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
      }).toString()
      return url.href
    },
    end: (attempt, returned) => vouch(settings, ask, { attempt, returned }),
  }
}

type Returned = { readonly attempt: Asking; readonly returned: ReturnedCode }

async function vouch(settings: IssuerSettings, ask: AskIssuer, { attempt, returned }: Returned): Promise<Vouched> {
  if (returned.state !== attempt.state || (returned.iss !== undefined && !returned.iss.startsWith(settings.issuer))) fail('issuer_refused')
  const token = await read(tokenSchema, ask, {
    url: `${settings.issuer}/login/oauth/access_token`,
    form: {
      ...{ client_id: settings.clientId, client_secret: settings.clientSecret ?? '', code: returned.code },
      ...{ redirect_uri: attempt.returnTo, code_verifier: attempt.verifier },
    },
  })
  if (token.token_type.toLowerCase() !== 'bearer') fail('issuer_refused')
  const api = apiOf(settings)
  const bearer = token.access_token
  const user = await read(userSchema, ask, { url: `${api}/user`, bearer })
  const emails = await read(emailsSchema, ask, { url: `${api}/user/emails`, bearer })
  return { subject: String(user.id), email: emails.find(({ primary, verified }) => primary && verified)?.email }
}

/** The address of the API: the last one of those that may be called. */
const apiOf = ({ origins, issuer }: IssuerSettings): string => origins?.at(-1) ?? issuer

type Question = { readonly url: string; readonly form?: Readonly<Record<string, string>>; readonly bearer?: string }

/** An answer of GitHub in the form that is expected; an error of it is answered with status 200 and so is of another form. */
async function read<Schema extends z.ZodType>(schema: Schema, ask: AskIssuer, { url, form, bearer }: Question): Promise<z.output<Schema>> {
  try {
    const reply = await ask({
      ...{ url, method: form === undefined ? 'GET' : 'POST', signal: AbortSignal.timeout(ASK_SECONDS_MAX * 1_000) },
      headers: {
        accept: 'application/json',
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: form === undefined ? undefined : new URLSearchParams(form).toString(),
    })
    if (reply.status >= 500) fail('issuer_unreachable', { seconds: RETRY_SECONDS })
    const parsed = schema.safeParse(await reply.json())
    return parsed.success ? parsed.data : fail('issuer_refused')
  } catch (thrown) {
    if (thrown instanceof FailureError) throw thrown
    return fail('issuer_unreachable', { seconds: RETRY_SECONDS })
  }
}
