import { Anchor, Code, Group, Text, Title } from "@mantine/core";
import {
  IconCalendarDue,
  IconDatabaseImport,
  IconEqual,
  IconHistory,
  IconListDetails,
  IconServer2,
} from "@tabler/icons-react";

import { Brand } from "@/components/brand";

import { Entrance } from "./entrance";
import classes from "./landing.module.css";

const PROMISES = [
  {
    Icon: IconEqual,
    title: "Accurate to the cent, and it shows its work",
    text: "Interest on the note’s own day count, payments rounded the way the lender rounds them, interest-only periods and balloons as agreed. Every figure shows its date, its inputs and what it excludes.",
  },
  {
    Icon: IconDatabaseImport,
    title: "Import any tape",
    text: "Drop a servicer’s CSV or an SEC ABS-EE file. Preview every row before anything is saved; undo an import at any time. Each value shows the file, row and column it came from.",
  },
  {
    Icon: IconListDetails,
    title: "Reconciled, month by month",
    text: "What the servicer reported next to what the note says: matched, not due yet, or different, since when and by how much.",
  },
  {
    Icon: IconCalendarDue,
    title: "What matures, and at what rate",
    text: "Maturities by month, quarter or year, weighted average rate and term, coverage and leverage, concentrations by lender, state and type. Each bar opens the loans behind it.",
  },
  {
    Icon: IconHistory,
    title: "An audit trail that proves itself",
    text: "Who changed what, and when. One button verifies that no entry was altered.",
  },
  {
    Icon: IconServer2,
    title: "On your own machine",
    text: "One program and one folder. No cloud account needed, no telemetry. Open source under Apache 2.0.",
  },
] as const;

/** What the product does, for whom; its text needs no script. */
export function LandingPage() {
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Brand href="/" />
        <Group gap="md" component="nav" aria-label="Main">
          <Anchor href="/docs" size="sm">
            API
          </Anchor>
          <Entrance place="header" />
        </Group>
      </header>
      <main>
        <section className={classes.hero}>
          <Title order={1} className={classes.claim}>
            Every loan, to the lender’s cent
          </Title>
          <Text className={classes.lead}>
            Real Insights is debt management for commercial real estate. Asset managers, CFOs and analysts see
            what is owed, at what rate and until when, in figures that match the servicer’s statements.
          </Text>
          <Group gap="sm" justify="center">
            <Entrance place="hero" />
          </Group>
        </section>
        <Screen />
        <section className={classes.promises} aria-label="What it does">
          {PROMISES.map(({ Icon, title, text }) => (
            <div key={title} className={classes.promise}>
              <Icon size={22} stroke={1.6} aria-hidden />
              <Title order={2}>{title}</Title>
              <Text size="sm" c="dimmed">
                {text}
              </Text>
            </div>
          ))}
        </section>
        <section className={classes.proof} aria-labelledby="proof">
          <Title order={2} id="proof">
            Checked against what servicers published
          </Title>
          <Text>
            21 loans of a public CMBS deal, 105 months each: the interest is reproduced in all 2,044
            loan-months that report any, to the precision it was published in. A second deal of 35 loans on 85
            properties comes out at $949,066,382.67 outstanding, as its tape says. Both are tests in the
            repository.
          </Text>
        </section>
        <section className={classes.proof} aria-labelledby="begin">
          <Title order={2} id="begin">
            Get started
          </Title>
          <Text>
            Create an organization, invite your team and import your first tape, or explore with sample data
            first. To run it yourself: <Code>make run</Code>.
          </Text>
          <Group gap="sm" mt="md">
            <Entrance place="foot" />
          </Group>
        </section>
      </main>
      <footer className={classes.footer}>
        <Text size="sm" c="dimmed">
          Real Insights · Apache 2.0
        </Text>
        <Anchor href="/docs" size="sm">
          API documentation
        </Anchor>
      </footer>
    </div>
  );
}

/** The demonstration's dashboard, in the scheme that is shown; what is not shown is not loaded. */
function Screen() {
  const picture = {
    width: 1440,
    height: 900,
    loading: "lazy",
    decoding: "async",
    className: classes.screen,
  } as const;
  const alt =
    "The dashboard: outstanding balance, weighted average rate and term, coverage and leverage, and a chart of maturities by year.";
  return (
    <div className={classes.frame}>
      {/* eslint-disable @next/next/no-img-element -- local pictures of fixed size need no image component */}
      <img src="/screens/dashboard-light.webp" alt={alt} data-light {...picture} />
      <img src="/screens/dashboard-dark.webp" alt={alt} data-dark {...picture} />
      {/* eslint-enable @next/next/no-img-element */}
    </div>
  );
}
