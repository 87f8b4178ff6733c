/** Hundredths of a percent as a decimal percentage: 1250n is "12.5". */
export const percentText = (points: bigint): string => `${points / 100n}.${String(points % 100n).padStart(2, '0')}`.replace(/\.?0+$/, '')
