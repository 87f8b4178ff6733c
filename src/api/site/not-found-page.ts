import { html } from 'hono/html'
import type { Page } from './shell.ts'
import { to, type View } from './view.ts'

/** Where nothing is: a word on it and the way on. */
export const notFoundPage = (view: View): Page => ({
  ...{ title: view.words.frame.notFound, description: view.words.frame.notFoundLead, isUnlisted: true },
  body: html`<h1>${view.words.frame.notFound}</h1><p class="lead">${view.words.frame.notFoundLead}</p>
<p><a class="button" href="${to(view, '/models')}">${view.words.frame.allModels}</a></p>`,
})
