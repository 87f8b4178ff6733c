import type { Context, Hono } from 'hono'
import { fail } from '../../failures.ts'
import { changeSettings, readSettings, readUnsubscribeToken, type Unsubscribing } from '../../notify/index.ts'
import { type Language, languageOf } from '../../spec/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { UNSUBSCRIBE_PAGE_POLICY, unsubscribePage } from '../unsubscribe-page.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'messages'>

/**
 * Where mails are ended: the page asks once, and what it sends, or a mail program by itself, ends them, without anybody signing in. A token is in the
 * path, as what follows a question mark is written down by many. Looking at the page changes nothing. Source: RFC 8058 §3.2 (2017-01);
 * https://www.rfc-editor.org/rfc/rfc8058 (2026-11-26).
 */
export function unsubscribeRoutes(app: Hono<ApiEnv>, dependencies: Dependencies): void {
  app.get('/unsubscribe/:token', async (c) => page(c, dependencies, { isDone: false }))
  app.post('/unsubscribe/:token', async (c) => {
    const { accountId, topic } = ended(c, dependencies)
    await changeSettings(dependencies.appDatabase, accountId, { channels: { mail: { [topic]: false } } })
    return await page(c, dependencies, { isDone: true })
  })
}

/** Fails with not_found for a token that is none of ours. */
const ended = (c: Context, { messages }: Dependencies): Unsubscribing =>
  readUnsubscribeToken(messages.unsubscribeKey, c.req.param('token') ?? '') ?? fail('not_found')

async function page(c: Context, dependencies: Dependencies, { isDone }: { readonly isDone: boolean }): Promise<Response> {
  const { accountId, topic } = ended(c, dependencies)
  const chosen = (await readSettings(dependencies.appDatabase, accountId)).language
  const language: Language = chosen ?? languageOf(c.req.header('accept-language')) ?? 'en'
  c.header('content-security-policy', UNSUBSCRIBE_PAGE_POLICY)
  return c.html(unsubscribePage({ service: dependencies.messages.service, language, topic, isDone }))
}
