import { LandingPage } from "@/features/auth/front-door/landing-page";

export default function Route() {
  return <LandingPage />;
}
