/** Between which of ascending bounds a value lies: the place of the first that is not below it, their number where all are. */
export function placeAmong(bounds: readonly number[], value: number): number {
  let place = 0
  while (place < bounds.length && value > (bounds[place] ?? 0)) place += 1
  return place
}
