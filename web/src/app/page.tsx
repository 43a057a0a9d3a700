import { Center } from "@mantine/core";

import { Brand } from "@/components/brand";

export default function Route() {
  return (
    <Center mih="100dvh" component="main">
      <Brand href="/sign-in/" />
    </Center>
  );
}
