import { COUNTED_CLASSES, PRICE_CLASS_NAMES, type PriceClassName, type WrittenPrice } from '../../../spec/index.ts'

/** What one piece costs, by the name of its class. */
export type PieceRate = { readonly name: PriceClassName; readonly rate: string }

/** Whether a price asks nothing for tokens of a usual call, so that its pieces are what it costs. */
export const hasFreeTokens = ({ input, output }: WrittenPrice): boolean => isNothing(input) && isNothing(output)

/** The pieces that a price of standard service asks for. */
export const pieceRates = (price: WrittenPrice): readonly PieceRate[] =>
  COUNTED_CLASSES.flatMap((piece) => {
    const name = PRICE_CLASS_NAMES[piece]
    const rate = price[name]
    return rate === undefined || isNothing(rate) ? [] : [{ name, rate }]
  })

const isNothing = (rate: string | undefined): boolean => rate !== undefined && /^0+(?:\.0+)?$/.test(rate)
