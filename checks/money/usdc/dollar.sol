// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

// The least that a token of ERC-20 has, for tests: eips.ethereum.org/EIPS/eip-20, as of 2026-11-26.
contract Dollar {
    event Transfer(address indexed from, address indexed to, uint256 value);

    string public constant symbol = "USDC";
    uint8 public constant decimals = 6;
    mapping(address => uint256) public balanceOf;

    constructor() {
        balanceOf[msg.sender] = 1e18;
    }

    function transfer(address to, uint256 value) public returns (bool) {
        require(balanceOf[msg.sender] >= value, "too little");
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        return true;
    }
}

// Pays several times in one transaction, so that transfers come of a contract.
contract Splitter {
    function pay(Dollar token, address to, uint256 value, uint256 times) external {
        for (uint256 i = 0; i < times; i++) token.transfer(to, value);
    }
}
