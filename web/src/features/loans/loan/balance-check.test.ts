import { expect, test } from "vitest";

import { compared } from "./balance-check";

test("a recorded balance that is the schedule's agrees with it", () => {
  expect(compared("7127809.78", "7127809.78")).toEqual({
    outcome: "agrees",
    difference: "0.00",
    side: "lower",
  });
});

test("the difference is exact to the cent, with the side that the recorded balance is on", () => {
  expect(compared("7000000.00", "7127809.78")).toEqual({
    outcome: "differs",
    difference: "127809.78",
    side: "lower",
  });
  expect(compared("9999999999999.99", "9999999999999.92")).toEqual({
    outcome: "close",
    difference: "0.07",
    side: "higher",
  });
});

test("it stands out from a ten-thousandth of the balance on", () => {
  expect(compared("1000000.00", "1000099.99").outcome).toBe("close");
  expect(compared("1000000.00", "1000100.00").outcome).toBe("differs");
  expect(compared("0.00", "0.01").outcome).toBe("differs");
});
