/** Sentences about an edit, for every way in which a leader can take it. */
import { expect, test } from 'vitest'
import { effectOfEdit } from './misled.ts'
import { emptyRound, type Round, type Speech } from './thread.ts'

const blank = emptyRound(2)
const speech = (answer: string | null, right: boolean | null): Speech => ({
  ...blank.leader,
  answer,
  right,
  done: true,
})
const round = (leader: Speech, edited: Speech): Round => ({
  ...blank,
  peers: [speech('4', true), edited],
  leader,
  done: true,
})

test.each([
  [speech('4', true), round(speech('4', true), speech('5', false)), /same answer, 4: it is not moved/],
  [
    speech('4', true),
    round(speech('5', false), speech('5', false)),
    /answered 4; now it follows peer 2: misled\.$/,
  ],
  [speech('4', true), round(speech('9', false), speech('5', false)), /now it answers 9: confused\.$/],
  [
    speech('5', false),
    round(speech('4', true), speech('4', true)),
    /answered 5; now it follows peer 2: put right\.$/,
  ],
  [speech('4', null), round(speech(null, null), speech('5', null)), /now it answers nothing readable\.$/],
])('%#', (before, now, sentence) => {
  expect(effectOfEdit({ before, now, seat: 1 })).toMatch(sentence)
})
