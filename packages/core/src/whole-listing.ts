/**
 * A listing of all pages by `list`. The token of the next page lives for five minutes, and a process may be frozen for longer: a
 * listing whose token has expired begins again, once.
 */
export async function wholeListing<Listing>(list: () => Promise<Listing>): Promise<Listing> {
  try {
    return await list();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ExpiredNextTokenException')) throw error;
    return list();
  }
}
