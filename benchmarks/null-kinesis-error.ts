/** A request that the service would refuse. */
export class NullKinesisError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
