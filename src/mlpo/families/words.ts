/**
 * The few names and things that the families share. Kept small: the nano models' vocabulary has 1,184 entries.
 */
export const names: readonly string[] = ['Ann', 'Bob', 'Cal', 'Dan', 'Eve', 'Fay', 'Gus', 'Ida']

/** What people own, one each; also words to sort. */
export const objects: readonly string[] = ['ball', 'book', 'cup', 'hat', 'key', 'map', 'pen', 'ring']

/** Plural: what people have many of. */
export const classes: Readonly<Record<string, readonly string[]>> = {
  animals: ['cats', 'cows', 'dogs', 'ducks', 'hens', 'pigs'],
  fruits: ['apples', 'figs', 'limes', 'pears', 'plums', 'melons'],
  tools: ['axes', 'forks', 'nails', 'pens', 'saws', 'spoons'],
}
