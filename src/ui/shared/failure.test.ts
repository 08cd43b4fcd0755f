import { expect, it } from 'vitest'
import { Failure, failureOf } from './failure.ts'

const value = { name: 'RunInUseError', message: 'It is open elsewhere.', detail: 'tab 2' }

it('a failure that is thrown on is the value that it was, with its name and detail', () => {
  expect(failureOf(new Failure(value))).toBe(value)
  expect(failureOf(value)).toBe(value)
})

it('whatever else is thrown becomes a value, and says something', () => {
  const error = new RangeError('too far')
  expect(failureOf(error)).toMatchObject({ name: 'RangeError', message: 'too far', detail: error.stack })
  expect(failureOf('a text')).toMatchObject({ name: 'Error', detail: 'a text' })
  expect(failureOf('a text').message).not.toBe('')
})
