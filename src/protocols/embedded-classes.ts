import type { Usage } from '../spec/index.ts'
import { taker, type UsageFigures } from './usage-figures.ts'

/** Tokens among those embedded that were no text; moving pictures count as pictures. */
export type EmbeddedMedia = { readonly sound: number; readonly pictures: number }

/** The classes of so many embedded tokens; where the parts come to more, sound goes first. */
export function embeddedClasses(
  whole: number,
  { sound, pictures }: EmbeddedMedia,
  figures: UsageFigures,
): Pick<Usage, 'audioInput' | 'imageInput' | 'embedding'> {
  if (sound + pictures > whole) figures.suspect()
  const take = taker(whole)
  const [audioInput, imageInput] = [take(sound), take(pictures)]
  return { audioInput, imageInput, embedding: take(whole) }
}
