/** What to answer by HTTP to whoever sent a record that was not stored, by the error's `code`. */
export function statusOf(code: string | undefined): number {
  switch (code) {
    case 'INVALID_RECORD':
    case 'RECORD_TOO_LARGE':
    case 'RECORD_REFUSED':
      return 400; // the record is wrong, and will be: nobody should send it again
    case 'BUFFER_FULL':
      return 429;
    default:
      return 503; // the record is good, whatever is wrong here: the caller keeps it and sends it again
  }
}
