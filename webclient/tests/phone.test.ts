import { describe, expect, test } from "vitest";
import { Phone } from "../src/phone";
import type { PhoneState } from "../src/protocol.gen";

function telephone() {
  const told: PhoneState[] = [];
  const shown: PhoneState[] = [];
  const phone = new Phone({
    onChange: (state) => shown.push(state),
    tell: (state) => told.push(state),
  });
  return { phone, told, shown };
}

describe("the ladder's prompt", () => {
  test("comes with unusable speech and goes with the line that holds, when nobody took it up", () => {
    const { phone, told, shown } = telephone();
    phone.onLadder("offered");
    expect(phone.wayBack).toBe(false);
    phone.onLadder("hidden");
    expect(shown).toEqual(["offered", "hidden"]);
    expect(told).toEqual(["offered", "hidden"]);
  });

  test("does not come where something else is offered, and knows the line all the same", () => {
    const { phone, shown } = telephone();
    phone.onLadder("offered", false);
    expect(shown).toEqual([]);
    phone.choose("offered");
    expect(phone.wayBack).toBe(false);
    phone.onLadder("hidden", false);
    expect(phone.wayBack).toBe(true);
    expect(shown).toEqual(["offered"]);
  });

  test("comes once, though the peer's ladder says the same", () => {
    const { phone, shown } = telephone();
    phone.onLadder("offered");
    phone.onPeer("offered");
    phone.onLadder("offered");
    expect(shown).toEqual(["offered"]);
  });

  test("stands while another connection is tried in the middle of an outage, until that is heard", () => {
    const { phone, shown, told } = telephone();
    phone.onLadder("offered");
    phone.onRenewed();
    phone.onNoCall();
    phone.onLadder("hidden");
    expect(shown).toEqual(["offered"]);
    phone.onSettled();
    expect(shown).toEqual(["offered", "hidden"]);
    expect(told).toEqual(["offered", "hidden"]);
    phone.onSettled();
    phone.onLadder("offered");
    phone.onNoCall();
    expect(shown).toEqual(["offered", "hidden", "offered", "hidden"]);
  });

  test("stands on while the new connection's ladder wants it too, and goes with that, or with the peer", () => {
    const { phone, shown } = telephone();
    phone.onLadder("offered");
    phone.onRenewed();
    phone.onNoCall();
    phone.onLadder("hidden");
    phone.onLadder("offered");
    phone.onSettled();
    expect(shown).toEqual(["offered"]);
    phone.onLadder("hidden");
    expect(shown).toEqual(["offered", "hidden"]);
    phone.onLadder("offered");
    phone.onRenewed();
    phone.onNoCall();
    phone.onNoCall();
    expect(shown).toEqual(["offered", "hidden", "offered", "hidden"]);
  });

  test("does not call back who is on the telephone, and says that the new connection is heard", () => {
    const { phone, shown } = telephone();
    phone.onLadder("offered");
    phone.choose("active");
    phone.onRenewed();
    phone.onNoCall();
    phone.onLadder("hidden");
    expect(phone.wayBack).toBe(false);
    phone.onSettled();
    expect(phone.wayBack).toBe(true);
    expect(shown).toEqual(["offered", "active"]);
  });

  test("is not kept where there is none", () => {
    const { phone, shown } = telephone();
    phone.onRenewed();
    phone.onLadder("offered");
    phone.onNoCall();
    expect(shown).toEqual(["offered", "hidden"]);
  });

  test("first raised by the peer's ladder goes with ours", () => {
    const { phone, shown } = telephone();
    phone.onPeer("offered");
    phone.onLadder("offered");
    phone.onLadder("hidden");
    expect(shown.at(-1)).toBe("offered");
    phone.onPeer("hidden");
    expect(shown).toEqual(["offered", "hidden"]);
  });

  test("does not ring again while somebody who sent it away waits for the line", () => {
    const { phone, shown } = telephone();
    phone.onLadder("offered");
    phone.choose("hidden");
    phone.onLadder("offered");
    expect(shown).toEqual(["offered", "hidden"]);
  });
});

describe("on the telephone", () => {
  test("the session stays there when the line holds again, and the way back is offered", () => {
    const { phone, shown } = telephone();
    phone.onLadder("offered");
    phone.choose("active");
    phone.onLadder("hidden");
    expect(shown).toEqual(["offered", "active"]);
    expect(phone.wayBack).toBe(true);
    phone.choose("hidden");
    expect(phone.wayBack).toBe(false);
  });

  test("a person may ask for it on a good line, and is not called back from it", () => {
    const { phone, told } = telephone();
    phone.choose("offered");
    phone.choose("active");
    phone.onLadder("hidden");
    expect(told).toEqual(["offered", "active"]);
    expect(phone.wayBack).toBe(false);
  });

  test("taken by choice, the way back is news once the line has failed and holds again", () => {
    const { phone } = telephone();
    phone.choose("active");
    phone.onLadder("offered");
    expect(phone.wayBack).toBe(false);
    phone.onLadder("hidden");
    expect(phone.wayBack).toBe(true);
  });

  test("a line that held again before is no news the next time", () => {
    const { phone } = telephone();
    phone.onLadder("offered");
    phone.choose("hidden");
    phone.onLadder("hidden");
    phone.choose("offered");
    expect(phone.wayBack).toBe(false);
  });

  test("there is no way back to a call that is over, and the next one may offer the telephone again", () => {
    const { phone, shown } = telephone();
    phone.onLadder("offered");
    phone.choose("active");
    phone.onNoCall();
    expect(phone.wayBack).toBe(false);
    phone.choose("hidden");
    phone.onLadder("offered");
    expect(shown).toEqual(["offered", "active", "hidden", "offered"]);
  });

  test("both are on it when the peer says so", () => {
    const { phone, shown, told } = telephone();
    phone.onPeer("active");
    expect(shown).toEqual(["active"]);
    expect(told).toEqual([]);
  });
});

describe("with a network down", () => {
  test("what was chosen stands, and is told when the server is back", () => {
    const { phone, told, shown } = telephone();
    phone.onLadder("offered");
    phone.choose("active");
    told.length = 0;
    phone.onWelcome("hidden");
    expect(shown).toEqual(["offered", "active"]);
    expect(told).toEqual(["active"]);
  });

  test("what the peer said past the server stands, and is told to a server that does not know", () => {
    const { phone, told, shown } = telephone();
    phone.onPeer("active");
    phone.onWelcome("hidden");
    expect(shown).toEqual(["active"]);
    expect(told).toEqual(["active"]);
    phone.onServer("active");
    phone.onWelcome("active");
    expect(told).toEqual(["active"]);
  });

  test("is told again when the peer is heard, until the server has confirmed it", () => {
    const { phone, told } = telephone();
    phone.choose("active");
    phone.onSettled();
    expect(told).toEqual(["active", "active"]);
    phone.onServer("active");
    phone.onSettled();
    expect(told).toEqual(["active", "active"]);
  });

  test("who took it up in the dark is not called back by the peer's prompt", () => {
    const { phone, told, shown } = telephone();
    phone.onLadder("offered");
    phone.choose("active");
    told.length = 0;
    phone.onWelcome("offered");
    expect(shown).toEqual(["offered", "active"]);
    expect(told).toEqual(["active"]);
  });

  test("a prompt raised in the dark gives way to a peer who took the telephone up", () => {
    const { phone, told, shown } = telephone();
    phone.onLadder("offered");
    told.length = 0;
    phone.onWelcome("active");
    expect(shown).toEqual(["offered", "active"]);
    expect(told).toEqual([]);
  });

  test("where both changed it and nobody is on the telephone, the server's word holds", () => {
    const { phone, told, shown } = telephone();
    phone.onServer("offered");
    phone.choose("hidden");
    phone.onServer("hidden");
    phone.onLadder("offered");
    told.length = 0;
    phone.onWelcome("hidden");
    expect(told).toEqual(["offered"]);
    phone.onServer("offered");
    phone.choose("hidden");
    phone.onWelcome("active");
    expect(shown.at(-1)).toBe("active");
  });

  test("a page that changed nothing takes the server's word", () => {
    const { phone, shown } = telephone();
    phone.onWelcome("active");
    expect(shown).toEqual(["active"]);
  });

  test("whoever is on the telephone need not be offered it", () => {
    const { phone, shown } = telephone();
    phone.choose("active");
    phone.onPeer("offered");
    phone.onServer("offered");
    expect(shown).toEqual(["active"]);
  });
});
