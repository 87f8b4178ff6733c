import { html } from 'hono/html'
import type { PaymentSettings } from '../../../payments/index.ts'
import type { PolicySettings } from '../../../privacy/index.ts'
import { groupedUsd, percentOf } from '../figures.ts'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import { to, type View } from '../view.ts'
import { contactsOf } from './contacts.ts'
import { ownText } from './own-text.ts'

/** What terms are told by, where the operator has no text of their own. */
export type TermsFacts = { readonly settings: PaymentSettings; readonly policy: PolicySettings }

const MILLION = 1_000_000

/** The operator's own terms; without any, how the service itself works, said to be just that. */
export function termsPage(view: View, { settings, policy }: TermsFacts): Page {
  const words = view.words.texts
  const own = ownText(view, view.site.settings.terms)
  const page = { title: words.terms, description: words.termsLead }
  if (own !== undefined) return { ...page, body: html`<h1>${words.terms}</h1>${own}` }
  const { minimumTopup, maximumTopup, priceNoticeDays } = settings.rules
  const { gap } = view.words.frame
  return {
    ...page,
    body: html`<h1>${words.terms}</h1><p class="lead">${words.termsLead}</p>
<div class="prose"><p class="banner">${words.termsAbsent(policy.operator ?? view.site.settings.name)}</p>
<h2>${words.billing}</h2><p>${words.billingText}${gap}${words.refused}</p><p>${words.topUp(groupedUsd(minimumTopup), groupedUsd(maximumTopup))}</p>
<h2>${words.prices}</h2><p>${words.pricesText(String(priceNoticeDays))} <a href="${to(view, '/models')}">${view.words.models.title}</a></p>
<h2>${words.uptime}</h2>${uptimeOf(view, settings)}
<h2>${words.refunds}</h2><p><a href="${to(view, '/refunds')}">${words.refundsLead}</a></p>
<h2>${words.privacyHeading}</h2><p>${words.privacyText} <a href="/privacy">${view.words.frame.privacy}</a></p>
<h2>${words.contactHeading}</h2>${contactsOf(view, policy)}</div>`,
  }
}

function uptimeOf(view: View, { sla }: PaymentSettings): Piece {
  const words = view.words.texts
  const link = html`<a href="${to(view, '/status')}">${view.words.frame.status}</a>`
  if (sla === undefined) return html`<p>${words.noUptime} ${link}</p>`
  const promise = words.uptimePromised(percentOf(sla.target, MILLION), percentOf(sla.credit, MILLION))
  return html`<p>${promise}${sla.plans === undefined ? '' : `${view.words.frame.gap}${words.uptimePlans(sla.plans.join(', '))}`} ${link}</p>`
}
