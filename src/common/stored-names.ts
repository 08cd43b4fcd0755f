/**
 * Names under which the page keeps things, for whoever writes them and for whoever lists them. Everything that a page
 * remembers by `localStorage` begins with `rememberedPrefix`.
 */
export const rememberedPrefix = 'leader-lab.'
export const lessonsKey = 'leader-lab.lessons'
/** Caches of the built page, one per version. */
export const pageCachePrefix = 'leader-lab-page-'
