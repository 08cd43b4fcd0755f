/** A lesson that cannot be read: which, where, and why, for whoever writes it. */
export class LessonError extends Error {
  constructor(
    readonly lesson: string,
    readonly where: string,
    readonly reason: string,
  ) {
    super(`Lesson ${lesson}, at ${where}: ${reason}.`)
    this.name = 'LessonError'
  }
}
