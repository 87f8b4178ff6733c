import type { Context } from 'hono'
import type { CustomerEnv } from '../customer-guard.ts'
import { notFoundPage } from './not-found-page.ts'
import { answerPage, type Page } from './shell.ts'
import type { Site } from './site.ts'
import { type View, viewOf } from './view.ts'

/** Answers with a page for whoever asks. */
export function answer(c: Context<CustomerEnv>, site: Site, pageOf: (view: View) => Page): Response | Promise<Response> {
  const view = viewOf(c, site)
  return answerPage(c, view, pageOf(view))
}

/** Answers that no page is at an address, 404. */
export function answerNotFound(c: Context<CustomerEnv>, site: Site): Response | Promise<Response> {
  c.status(404)
  return answer(c, site, (view) => notFoundPage(view))
}
