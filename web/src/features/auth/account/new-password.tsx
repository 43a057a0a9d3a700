"use client";

import { PasswordInput, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";

import classes from "./new-password.module.css";
import { judge } from "./password";

/** For browsers that make up passwords. */
const RULES_FOR_GENERATORS = { passwordrules: "minlength: 12; maxlength: 256;" };
const STEPS = [1, 2, 3, 4];

/** A new password: shows while typing which of the server's rules it meets. */
export function NewPassword({
  label = "Password",
  value,
  onChange,
  ownWords,
  error,
}: {
  label?: string;
  value: string;
  onChange: (value: string) => void;
  ownWords: readonly string[];
  error?: ReactNode;
}) {
  const described = useId();
  const { rules, good, strength, words } = judge(value, ownWords);
  return (
    <Stack gap="xs">
      <PasswordInput
        label={label}
        name="new-password"
        autoComplete="new-password"
        required
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        aria-describedby={described}
        {...RULES_FOR_GENERATORS}
      />
      <Stack gap={6} id={described}>
        <div className={classes.steps} aria-hidden>
          {STEPS.map((step) => (
            <div
              key={step}
              className={`${classes.step} ${step <= strength ? (good ? classes.good : classes.weak) : ""}`}
            />
          ))}
        </div>
        <Text size="xs" aria-live="polite">
          {words !== "" && `Strength: ${words}`}
        </Text>
        <ul className={classes.rules}>
          {rules.map(({ text, met }) => (
            <li key={text} className={`${classes.rule} ${met ? classes.met : ""}`}>
              {met ? <IconCircleCheckFilled size={14} aria-hidden /> : <IconCircle size={14} aria-hidden />}
              <span>
                {text}
                <VisuallyHidden>{met ? ": met" : ": not yet"}</VisuallyHidden>
              </span>
            </li>
          ))}
        </ul>
      </Stack>
    </Stack>
  );
}
