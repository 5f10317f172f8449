/* Whether everything written here is durable on the server. Pure; the wire tells it what happens.
 *
 * The server says on each connection "so many of your sync messages are durable" (message 8); it counts what brings
 * updates (step 2 and update) from 1. An edit made while connected goes out at once in a message of its own. One made
 * while not connected, and one sent whose fate was open when the line broke, is `loose`: the answer to the server's
 * next step 1 (our step 2) holds it.
 *
 * S1: nothing is unsaved exactly when no edit is loose and the server has told at least `need`. */
export class Saved {
  private sent = 0;
  private told = 0;
  private need = 0;
  private loose = false;

  /** A new connection stands. */
  opened(): void {
    this.loose = this.unsaved;
    this.sent = this.told = this.need = 0;
  }

  closed(): void {
    this.opened();
  }

  /** The document changed here; `gone` when that went out on the wire. */
  edited(gone: boolean): void {
    if (!gone) this.loose = true;
  }

  /** A message with updates was sent: the answer to a step 1, which holds all the server has not, or one edit. */
  sentUpdates(answer: boolean): void {
    this.sent += 1;
    if (answer && !this.loose) return;
    this.need = this.sent;
    if (answer) this.loose = false;
  }

  durable(upTo: number): void {
    this.told = Math.max(this.told, upTo);
  }

  get unsaved(): boolean {
    return this.loose || this.need > this.told;
  }
}
