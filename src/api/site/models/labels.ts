import { html } from 'hono/html'
import type { Piece } from '../piece.ts'
import type { SiteWords } from '../words/index.ts'
import type { OfferedRoute } from './offer.ts'

/** Where a route leads, and what is known of how texts are handled there; what nobody showed lately is called unknown. */
export function labelsOf(route: OfferedRoute, { models }: SiteWords): Piece {
  if (route.isSimulated) return html`<b>${route.name}</b><br><span class="label">${models.simulated}</span>`
  if (route.placement === 'local') return html`<b>${route.name}</b><br><span class="label yes">${models.ownMachines}</span>`
  return html`<b>${route.name}</b> <span class="faint">${route.country ?? models.unknownCountry}</span><br>${retentionOf(route, models)} ${trainingOf(route, models)}`
}

const retentionOf = ({ retention }: OfferedRoute, words: SiteWords['models']): Piece =>
  retention === undefined
    ? html`<span class="label unknown">${words.unknownKeeps}</span>`
    : html`<span class="label">${words.keepsFor(retention)}</span>`

function trainingOf({ training }: OfferedRoute, words: SiteWords['models']): Piece {
  if (training === undefined) return html`<span class="label unknown">${words.unknownTraining}</span>`
  return training === 'no' ? html`<span class="label yes">${words.trainsNot}</span>` : html`<span class="label no">${words.trains}</span>`
}
