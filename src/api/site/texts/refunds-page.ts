import { html } from 'hono/html'
import type { PaymentRules } from '../../../payments/index.ts'
import type { PolicySettings } from '../../../privacy/index.ts'
import type { Piece } from '../piece.ts'
import type { Page } from '../shell.ts'
import type { View } from '../view.ts'
import { contactsOf } from './contacts.ts'
import { ownText } from './own-text.ts'

/** What refunds are told by. */
export type RefundFacts = { readonly rules: Pick<PaymentRules, 'refunds' | 'promotionExpiresDays'>; readonly policy: PolicySettings }

/** When money goes back: the operator's own text, or one made from the rule for refunds. */
export function refundsPage(view: View, { rules, policy }: RefundFacts): Page {
  const words = view.words.texts
  const own = ownText(view, view.site.settings.refunds)
  const page = { title: words.refunds, description: words.refundsLead }
  if (own !== undefined) return { ...page, body: html`<h1>${words.refunds}</h1>${own}` }
  const { refunds, promotionExpiresDays: days } = rules
  const rule = refunds.kind === 'days' ? words.withinDays(String(refunds.days)) : refunds.kind === 'never' ? words.never : words.byCase
  return {
    ...page,
    body: html`<h1>${words.refunds}</h1><p class="lead">${words.refundsLead}${view.words.frame.gap}${words.refundsMade}</p>
<div class="prose"><p class="banner">${rule}</p>
<p>${words.whatGoesBack}${view.words.frame.gap}${days === undefined ? words.giftsStay : words.giftsExpire(String(days))}</p>
<h2>${words.ours}</h2><p>${words.oursText}</p>
<h2>${words.howToAsk}</h2>${refunds.kind === 'never' ? '' : askThere(view, policy)}${contactsOf(view, policy)}</div>`,
  }
}

/** Where whoever paid asks by themselves, and that there is another way. */
const askThere = ({ words }: View, { contacts }: PolicySettings): Piece =>
  html`<p><a href="/dashboard/top-up">${words.texts.askThere}</a></p>${contacts.length === 0 ? '' : html`<p>${words.texts.askOtherwise}</p>`}`
