import type { PartyKind } from "@/api/parties";

import { PROPERTY } from "../properties/property-shape";
import { DESCRIPTION, KEPT, NAME, type Shape, TAGS } from "../records/shape";

const LENDER_TYPES = [
  "bank",
  "credit_union",
  "private",
  "life_company",
  "cmbs",
  "agency",
  "bridge",
  "hard_money",
  "other",
] as const;
const FUND_TYPES = ["debt", "equity", "hybrid", "opportunity", "value_add", "core_plus"] as const;

const LENDER: Shape = {
  kind: "lenders",
  noun: "lender",
  plural: "Lenders",
  address: "/lender/",
  listAddress: "/lenders/",
  sections: [
    {
      title: "Lender",
      fields: [
        NAME,
        { path: "lenderType", label: "Type", kind: "choice", options: LENDER_TYPES },
        { path: "website", label: "Website", kind: "text" },
        { path: "address", label: "Address", kind: "text" },
        TAGS,
        DESCRIPTION,
      ],
    },
    {
      title: "Lending criteria",
      fields: [
        { path: "appetite.smallestLoan", label: "Minimum loan", kind: "money" },
        { path: "appetite.largestLoan", label: "Maximum loan", kind: "money" },
        { path: "appetite.highestLtv", label: "Maximum LTV", kind: "percent" },
        { path: "appetite.lowestDscr", label: "Minimum DSCR", kind: "ratio" },
      ],
    },
  ],
  lists: [
    {
      path: "contacts",
      title: "Contacts",
      noun: "Contact",
      none: "No contacts.",
      fields: [
        { path: "name", label: "Name", kind: "text", required: true },
        { path: "role", label: "Role", kind: "text" },
        { path: "email", label: "Email", kind: "text" },
        { path: "phone", label: "Phone", kind: "text" },
      ],
      empty: { name: "", role: null, email: null, phone: null },
    },
  ],
  newDraft: {
    name: "",
    lenderType: "other",
    contacts: [],
    appetite: { smallestLoan: null, largestLoan: null, highestLtv: null, lowestDscr: null },
    website: null,
    address: null,
    description: null,
    tags: [],
    customFields: {},
  },
  kept: KEPT,
};

const FUND: Shape = {
  kind: "funds",
  noun: "fund",
  plural: "Funds",
  address: "/fund/",
  listAddress: "/funds/",
  sections: [
    {
      title: "Fund",
      fields: [
        NAME,
        { path: "fundType", label: "Type", kind: "choice", options: FUND_TYPES },
        { path: "vintage", label: "Vintage", kind: "year" },
        TAGS,
        DESCRIPTION,
      ],
    },
    {
      title: "Money",
      fields: [
        { path: "commitment", label: "Commitment", kind: "money" },
        { path: "deployed", label: "Deployed", kind: "money" },
        { path: "targetReturn", label: "Target return", kind: "percent" },
        { path: "managementFee", label: "Management fee", kind: "percent" },
        { path: "performanceFee", label: "Performance fee", kind: "percent" },
      ],
    },
  ],
  lists: [],
  newDraft: {
    name: "",
    fundType: "debt",
    description: null,
    commitment: null,
    deployed: null,
    targetReturn: null,
    managementFee: null,
    performanceFee: null,
    vintage: null,
    tags: [],
    customFields: {},
  },
  kept: KEPT,
};

const PORTFOLIO: Shape = {
  kind: "portfolios",
  noun: "portfolio",
  plural: "Portfolios",
  address: "/portfolio/",
  listAddress: "/portfolios/",
  sections: [
    {
      title: "Portfolio",
      fields: [
        NAME,
        { path: "strategy", label: "Strategy", kind: "text" },
        { path: "manager", label: "Manager", kind: "text" },
        { path: "riskProfile", label: "Risk profile", kind: "text" },
        { path: "targetReturn", label: "Target return", kind: "percent" },
        TAGS,
        DESCRIPTION,
      ],
    },
  ],
  lists: [],
  newDraft: {
    name: "",
    description: null,
    strategy: null,
    targetReturn: null,
    riskProfile: null,
    manager: null,
    tags: [],
    customFields: {},
  },
  kept: KEPT,
};

export const SHAPES: Readonly<Record<PartyKind, Shape>> = {
  lenders: LENDER,
  funds: FUND,
  portfolios: PORTFOLIO,
  properties: PROPERTY,
};
