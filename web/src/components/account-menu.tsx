"use client";

import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import {
  IconEye,
  IconEyeOff,
  IconLogout,
  IconMoon,
  IconSun,
  IconSunMoon,
  IconUser,
} from "@tabler/icons-react";
import Link from "@/components/link";

import { useMe } from "@/api/me";

import { OwnOrganizations } from "./own-organizations";
import { useBlurredAmounts } from "./preferences";
import { signOutNow } from "./sign-out";

const SCHEMES = [
  { value: "auto", label: "System", Icon: IconSunMoon },
  { value: "light", label: "Light", Icon: IconSun },
  { value: "dark", label: "Dark", Icon: IconMoon },
] as const;

/** The account menu: the profile, other organizations, the color scheme, signing out. */
export function AccountMenu() {
  const { member, organization } = useMe();
  const [blurred, toggleBlurred] = useBlurredAmounts();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const name = `${member.firstName} ${member.lastName}`;
  return (
    <Menu position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <UnstyledButton>
          <Avatar name={name} color="initials" size={34} aria-hidden />
          <VisuallyHidden>{`Your menu: ${name}`}</VisuallyHidden>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)" truncate>
            {name}
          </Text>
          <Text size="xs" truncate>
            {organization.name}
          </Text>
        </Menu.Label>
        <Menu.Item component={Link} href="/account/" leftSection={<IconUser size={16} aria-hidden />}>
          Your account
          {!member.emailVerified && (
            <Text size="xs" c="dimmed">
              Email not confirmed
            </Text>
          )}
        </Menu.Item>
        <Menu.Item
          leftSection={blurred ? <IconEye size={16} aria-hidden /> : <IconEyeOff size={16} aria-hidden />}
          onClick={toggleBlurred}
          closeMenuOnClick={false}
        >
          {blurred ? "Show amounts" : "Blur amounts"}
        </Menu.Item>
        <OwnOrganizations />
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        {SCHEMES.map(({ value, label, Icon }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon size={16} aria-hidden />}
            fw={colorScheme === value ? 650 : undefined}
            onClick={() => setColorScheme(value)}
            closeMenuOnClick={false}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={signOutNow}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
