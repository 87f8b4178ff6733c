import { nanoOf, showUsd } from '../lib/money.ts'

/** An amount of USD, its nano-dollars on hover. */
export function Money({ usd }: { readonly usd: string }) {
  return (
    <span className="figure nowrap" title={`${nanoOf(usd).toLocaleString('en')} nano-USD`}>
      {showUsd(usd)}
    </span>
  )
}
