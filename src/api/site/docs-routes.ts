import { readFileSync } from 'node:fs'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Language } from '../../spec/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { keptDocument } from '../kept-document.ts'
import { describeManagement } from '../manage/index.ts'
import { answer, answerNotFound } from './answer.ts'
import { clientsOf, errorGuide, errorsPage, operationsOf, readApiDocument, referencePage, setupPage } from './docs/index.ts'
import { keptPages } from './kept-pages.ts'
import { entriesOf, indexOf, manualPage, queryOf, readManual, searchManual, searchPage } from './manual/index.ts'
import type { Offer } from './models/index.ts'
import type { Site } from './site.ts'
import { viewOf } from './view.ts'
import { SITE_WORDS } from './words/index.ts'
import { MEANINGS } from './words/meanings.ts'

type App = OpenAPIHono<CustomerEnv>
type Parts = { readonly site: Site; readonly dependencies: ApiDependencies; readonly offers: () => Promise<readonly Offer[]> }

const DOCS = new URL('../../../docs/', import.meta.url)

/** The documentation. What is looked for is answered and forgotten: it is in no log, no table and no figure. */
export function docsRoutes(app: App, { site, dependencies, offers }: Parts): void {
  const errors = errorGuide(readFileSync(new URL('errors.md', DOCS), 'utf8'))
  const document = () => describeManagement(app, dependencies)
  const kept = keptPages()
  const manual = once((language) => readManual(DOCS, language))
  const index = once(async (language) => {
    const besides = { errors, clients: clientsOf(dependencies.publicUrl), operations: operationsOf(readApiDocument(document())) }
    return indexOf(entriesOf(await manual(language), SITE_WORDS[language], besides))
  })
  app.get('/docs', async (c) => {
    const callable = (await offers()).find(({ price }) => price !== undefined)
    return await answer(c, site, (view) => setupPage(view, callable?.id))
  })
  app.get('/docs/errors', (c) => answer(c, site, (view) => kept(view, () => errorsPage(view, errors))))
  app.get('/docs/api', (c) => answer(c, site, (view) => kept(view, () => referencePage(view, readApiDocument(document())))))
  app.get('/docs/search', async (c) => {
    const query = queryOf(c.req.query('q'))
    const { language } = viewOf(c, site)
    const found = searchManual(query === '' ? [] : await index(language), query, MEANINGS[language])
    return await answer(c, site, (view) => searchPage(view, { query, found }))
  })
  app.get('/docs/:name', async (c) => {
    const page = (await manual(viewOf(c, site).language)).get(c.req.param('name'))
    return await (page === undefined ? answerNotFound(c, site) : answer(c, site, (view) => kept(view, () => manualPage(view, page))))
  })
  const description = keptDocument(document)
  app.get('/openapi.json', (c) => description(c))
}

/** What is made of each language when it is first asked for; what fails is made again. */
function once<Value>(make: (language: Language) => Promise<Value>): (language: Language) => Promise<Value> {
  const made = new Map<Language, Promise<Value>>()
  return (language) => {
    const value = made.get(language) ?? make(language)
    made.set(language, value)
    value.catch(() => made.delete(language))
    return value
  }
}
